/** The page "training". */
import { useShared } from "../shared/context";

export function TrainingPage() {
  const { say } = useShared();
  return <h1>{say("page.training")}</h1>;
}
