/** The page "about". */
import { useShared } from "../shared/context";

export function AboutPage() {
  const { say } = useShared();
  return <h1>{say("page.about")}</h1>;
}
