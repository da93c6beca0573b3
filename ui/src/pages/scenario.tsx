/** The page "scenario". */
import { useShared } from "../shared/context";

export function ScenarioPage() {
  const { say } = useShared();
  return <h1>{say("page.scenario")}</h1>;
}
