/** The page "area". */
import { useShared } from "../shared/context";

export function AreaPage() {
  const { say } = useShared();
  return <h1>{say("page.area")}</h1>;
}
