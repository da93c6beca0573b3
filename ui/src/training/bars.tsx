/** Demand of a flow under each setting of a step, divided into legal, irregular and unmet: a bar for each setting. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Figure } from "../shared/figure";
import { useShared } from "../shared/context";
import { Numbers } from "../shared/numbers";
import { settingOf, type Exercise, type Flow, type Step } from "./exercise";
import { figuresOf, type FlowFigures } from "./figures";
import { useTongue } from "./texts";

const PARTS = ["legal", "irregular", "unmet"] as const;
const ROW = 58;
const BAR = 26;

interface Bar {
  name: string;
  title: string;
  figures: FlowFigures;
}

export function Bars({ exercise, step, flow, chosen }: {
  exercise: Exercise;
  step: Step;
  flow: Flow;
  /** Name of the setting that is chosen. */
  chosen: string;
}) {
  const { world, place, say } = useShared();
  const words = useTongue();
  const numbers = new Numbers(place.language);
  const bars = step.levers.map((name) => ({
    name,
    title: words(settingOf(exercise, name).title),
    figures: figuresOf(world, exercise, step, name, flow),
  }));
  const { title, figures } = bars.find(({ name }) => name === chosen) ?? bars[0];
  const [legal, irregular, unmet] = PARTS.map((part) => numbers.persons(figures[part]));
  const about = { flow: words(flow.title), year: step.year, setting: title, legal, irregular, unmet };
  return (
    <Figure
      name={`exercise-${flow.name}`}
      title={say("training.figure", about)}
      note={flow === step.flows[0] ? say("training.figure.note") : undefined}
      table={() => ({
        columns: ["", ...PARTS.map((part) => say(`training.${part}`))],
        rows: bars.map((bar) => [bar.title, ...PARTS.map((part) => Math.round(bar.figures[part]))]),
      })}
    >
      <p class="key">{PARTS.map((part) => <span key={part}><i class={`swatch ${part}`} aria-hidden="true" />{say(`training.${part}`)}</span>)}</p>
      <Drawing bars={bars} chosen={chosen} label={say("training.figure.aria", about)} numbers={numbers} name={flow.name} />
    </Figure>
  );
}

function Drawing({ bars, chosen, label, numbers, name }: { bars: Bar[]; chosen: string; label: string; numbers: Numbers; name: string }) {
  const [box, width] = useWidth();
  const most = Math.max(1, ...bars.map(({ figures }) => PARTS.reduce((sum, part) => sum + figures[part], 0)));
  return (
    <div ref={box}>
      <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${ROW * bars.length}`} width={width} height={ROW * bars.length} class="demand">
        <defs>
          <pattern id={`hatch-${name}`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="6" height="6" style="fill: var(--out)" /><rect width="2" height="6" style="fill: var(--paper)" />
          </pattern>
        </defs>
        {bars.map((bar, row) => (
          <g key={bar.name} transform={`translate(0 ${ROW * row})`} class={bar.name === chosen ? "chosen" : ""}>
            <text y="17">{bar.name === chosen ? `▸ ${bar.title}` : bar.title}</text>
            <Segments figures={bar.figures} scale={(width - 2) / most} numbers={numbers} hatch={`url(#hatch-${name})`} />
          </g>
        ))}
      </svg>
    </div>
  );
}

function Segments({ figures, scale, numbers, hatch }: { figures: FlowFigures; scale: number; numbers: Numbers; hatch: string }) {
  let x = 1;
  return (
    <>
      {PARTS.map((part) => {
        const [from, size, words] = [x, figures[part] * scale, numbers.persons(figures[part])];
        x += size;
        return (
          <g key={part}>
            <rect x={from} y="24" width={size} height={BAR} class={part} style={part === "irregular" ? `fill: ${hatch}` : undefined} />
            {size > 8.5 * words.length + 8 && part !== "irregular" && <text x={from + 6} y="42" class={`value ${part}`}>{words}</text>}
          </g>
        );
      })}
    </>
  );
}

/** Width of an element in pixels, so that letters stay as large as the page's. */
function useWidth(): [RefObject<HTMLDivElement | null>, number] {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  useEffect(() => {
    if (!box.current) return undefined;
    const watching = new ResizeObserver(([entry]) => setWidth(Math.max(200, Math.floor(entry.contentRect.width))));
    watching.observe(box.current);
    return () => watching.disconnect();
  }, []);
  return [box, width];
}
