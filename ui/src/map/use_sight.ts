/** What part of the map is shown: that of the address, or around the chosen areas. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { useShared } from "../shared/context";
import type { Asked } from "./figures";
import type { Nodes } from "./nodes";
import { around, readSight, sightText, type Sight, type Size } from "./view";

/** How long the map must be at rest before the address takes its sight. */
const REST = 400;

export function useSight(nodes: Nodes, asked: Asked, size: Size): { sight: Sight; fitted: Sight; setSight: (sight: Sight) => void } {
  const { place, go } = useShared();
  const { at } = place.more;
  const [moving, setMoving] = useState<Sight>();
  const fitted = useMemo(
    () => around(asked.chosen ? nodes.list.filter(({ areas }) => areas.some((area) => asked.chosen?.has(area))) : [], size),
    [nodes, asked.chosen, size],
  );
  const written = useMemo(() => readSight(at), [at]);
  useEffect(() => {
    if (!moving) return undefined;
    const timer = setTimeout(() => {
      go({ more: { at: moving === fitted ? "" : sightText(moving) } }, { replace: true });
      setMoving(undefined);
    }, REST);
    return () => clearTimeout(timer);
  }, [moving]);
  // Another choice of areas ends a movement that is under way.
  useEffect(() => setMoving(undefined), [asked.chosen, at]);
  return { sight: moving ?? written ?? fitted, fitted, setSight: setMoving };
}
