/** How wide a drawing may be. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** A reference for the frame of a drawing, and its width in pixels. */
export function useWidth(start = 640) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(start);
  useLayoutEffect(() => {
    const box = frame.current;
    if (!box) return undefined;
    const measure = () => setWidth(Math.max(260, Math.floor(box.clientWidth)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return [frame, width] as const;
}
