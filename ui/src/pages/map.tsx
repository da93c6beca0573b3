/** The page "map". */
import { useShared } from "../shared/context";

export function MapPage() {
  const { say } = useShared();
  return <h1>{say("page.map")}</h1>;
}
