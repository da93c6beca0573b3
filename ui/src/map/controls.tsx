/** What the reader chooses about the map. */
import { AreaPicker, ScenarioPicker } from "../shared/controls";
import { useShared } from "../shared/context";
import type { Direction } from "../place";

const TOPS = [10, 25, 50, 100, 150, 250, 500, 1000, 2000, 3000, 5000];

export function MapControls({ several, between }: {
  /** Whether more than one area is chosen, but not the whole world. */
  several: boolean;
  /** Whether only flows between them are shown. */
  between: boolean;
}) {
  const { world, place, go, say } = useShared();
  return (
    <div class="controls map-controls">
      <AreaPicker label={say("map.choose")} groups value={place.areas.length ? place.areas[0] : world.header.group}
        onPick={(word) => go({ areas: word ? [word] : [], more: { at: "", only: "", between: "" } })} />
      <label>{say("map.direction")}
        <select value={place.direction} onChange={(event) => go({ direction: event.currentTarget.value as Direction })}>
          {(["both", "in", "out", "net"] as const).map((direction) => <option key={direction} value={direction}>{say(`map.direction.${direction}`)}</option>)}
        </select>
      </label>
      {several && (
        <label class="check"><input type="checkbox" checked={between} onChange={(event) => go(event.currentTarget.checked ? { direction: place.direction === "net" ? "net" : "both", more: { between: "" } } : { more: { between: "no" } })} />{say("map.between")}</label>
      )}
      <label>{say("map.level")}
        <select value={place.level} onChange={(event) => go({ level: event.currentTarget.value as "areas", more: { only: "" } })}>
          {(["areas", "regions"] as const).map((level) => <option key={level} value={level}>{say(`map.level.${level}`)}</option>)}
        </select>
      </label>
      <TopSlider />
      <label>{say("map.least")}
        <input type="number" min={0} step={1000} value={place.least} onChange={(event) => go({ least: Math.max(0, event.currentTarget.valueAsNumber || 0) })} />
      </label>
      <ScenarioPicker />
    </div>
  );
}

/** How many flows: a slider in steps that grow. */
function TopSlider() {
  const { place, go, say } = useShared();
  const at = TOPS.reduce((best, top, i) => (Math.abs(Math.log(top / place.top)) < Math.abs(Math.log(TOPS[best] / place.top)) ? i : best), 0);
  return (
    <label class="map-top"><span>{say("map.top")} <output>{place.top}</output></span>
      <input type="range" min={0} max={TOPS.length - 1} value={at} aria-valuetext={String(place.top)}
        onInput={(event) => go({ top: TOPS[Number(event.currentTarget.value)] }, { replace: true })} />
    </label>
  );
}
