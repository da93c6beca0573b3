/** The page "ranking". */
import { useShared } from "../shared/context";

export function RankingPage() {
  const { say } = useShared();
  return <h1>{say("page.ranking")}</h1>;
}
