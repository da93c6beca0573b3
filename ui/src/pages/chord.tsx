/** The page "chord". */
import { useShared } from "../shared/context";

export function ChordPage() {
  const { say } = useShared();
  return <h1>{say("page.chord")}</h1>;
}
