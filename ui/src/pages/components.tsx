/** The page "components". */
import { useShared } from "../shared/context";

export function ComponentsPage() {
  const { say } = useShared();
  return <h1>{say("page.components")}</h1>;
}
