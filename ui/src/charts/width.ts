/** How wide a drawing may be, so that its letters keep their size on every screen. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

export function useWidth(start = 700): [RefObject<HTMLDivElement | null>, number] {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(start);
  useLayoutEffect(() => {
    const one = box.current;
    if (!one) return undefined;
    const measure = () => setWidth(Math.max(260, Math.floor(one.clientWidth)));
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(one);
    return () => watch.disconnect();
  }, []);
  return [box, width];
}
