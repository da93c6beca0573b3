/** The page "pyramid". */
import { useShared } from "../shared/context";

export function PyramidPage() {
  const { say } = useShared();
  return <h1>{say("page.pyramid")}</h1>;
}
