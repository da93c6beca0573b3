/** The scenario room: levers and their effects. */
import { Offline } from "../scenario/offline";
import { Room } from "../scenario/room";
import "../scenario/scenario.css";
import { useShared } from "../shared/context";

export function ScenarioPage() {
  const { server } = useShared();
  return <div class="scenario-room">{server ? <Room server={server} /> : <Offline />}</div>;
}
