/** The page "corridor". */
import { useShared } from "../shared/context";

export function CorridorPage() {
  const { say } = useShared();
  return <h1>{say("page.corridor")}</h1>;
}
