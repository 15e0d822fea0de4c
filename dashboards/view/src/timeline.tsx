// States over time, one bar each. Grafana's own is no published component: this one is drawn with its display processors.
import { FieldType, dateTimeFormat, formattedValueToString, type DataFrame, type DisplayValue, type Field } from '@grafana/data';
import { VizLegend, measureText, useTheme2 } from '@grafana/ui';
import { LegendDisplayMode } from '@grafana/schema';
import type { Happening } from './annotation';
import type { Drawing } from './visualization';

const [AXIS, LEGEND, GAP, LETTERS, LABELS] = [20, 28, 8, 12, 0.4];
const SPACING = 1.05; // letters are set a little apart
const MINUTE = 60_000;
const TICKS = [1 / 6, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 240, 720, 1440].map((minutes) => minutes * MINUTE);
const TICK_WIDTH = 80;

interface Spell {
  from: number;
  to: number;
  state: DisplayValue;
}
interface Bar {
  name: string;
  spells: Spell[];
}

export function Timeline({ data, width, height, range, timeZone, options, happenings }: Drawing) {
  const theme = useTheme2();
  const [from, to] = [range.from.valueOf(), range.to.valueOf()];
  const bars = data.flatMap((frame) => barsOf(frame, to));
  const showLegend: boolean = options.legend?.showLegend;
  const left = Math.min(width * LABELS, Math.max(...bars.map(({ name }) => measureText(name, LETTERS).width * SPACING))) + GAP;
  const bottom = height - AXIS - (showLegend ? LEGEND : 0);
  const each = bottom / bars.length;
  const x = (moment: number) => left + ((Math.min(to, Math.max(from, moment)) - from) / (to - from)) * (width - left);
  return (
    <div>
      <svg width={width} height={bottom + AXIS} style={{ fontSize: LETTERS, display: 'block' }}>
        {bars.map(({ name }, row) => (
          <text key={row} x={left - GAP} y={row * each + each / 2 + 4} textAnchor="end" fill={theme.colors.text.primary} data-label>
            {name}
          </text>
        ))}
        {bars.map(({ spells }, row) => spells.map((spell) => (
          <Box key={`${row} ${spell.from}`} state={spell.state} left={x(spell.from)} right={x(spell.to)} middle={row * each + each / 2} height={each * options.rowHeight} />
        )))}
        {happenings.map((happening, index) => (
          <Band key={index} happening={happening} left={x(happening.from)} right={x(happening.to)} bottom={bottom} />
        ))}
        {ticks(from, to, width - left).map((moment) => (
          <text key={moment} x={x(moment)} y={bottom + AXIS - 5} textAnchor="middle" fill={theme.colors.text.secondary}>
            {dateTimeFormat(moment, { format: to - from < 10 * MINUTE ? 'HH:mm:ss' : 'HH:mm', timeZone })}
          </text>
        ))}
      </svg>
      {showLegend && <VizLegend displayMode={LegendDisplayMode.List} placement="bottom" items={legend(bars)} />}
    </div>
  );
}

function Box({ state, left, right, middle, height }: { state: DisplayValue; left: number; right: number; middle: number; height: number }) {
  const theme = useTheme2();
  const text = formattedValueToString(state);
  const color = state.color ?? theme.colors.text.primary;
  return (
    <g>
      <title>{text}</title>
      <rect x={left} y={middle - height / 2} width={Math.max(1, right - left)} height={height} fill={color} />
      {measureText(text, LETTERS).width * SPACING + 12 < right - left && (
        <text x={left + 6} y={middle + 4} fill={theme.colors.getContrastText(color)}>{text}</text>
      )}
    </g>
  );
}

function Band({ happening, left, right, bottom }: { happening: Happening; left: number; right: number; bottom: number }) {
  const color = useTheme2().visualization.getColorByName(happening.color);
  const width = Math.max(3, right - left);
  return (
    <g fill={color}>
      <title>{happening.title}</title>
      <rect x={left} y={0} width={width} height={bottom} fillOpacity={0.1} />
      <rect x={left} y={bottom} width={width} height={3} />
    </g>
  );
}

function barsOf(frame: DataFrame, end: number): Bar[] {
  const time = frame.fields.find(({ type }) => type === FieldType.time)!;
  return frame.fields.filter((field) => field !== time).map((field) => ({
    name: field.state?.displayName ?? field.name,
    spells: spells(time, field, end),
  }));
}

/** Values that follow one another without a gap are one spell. */
function spells(time: Field<number>, field: Field, end: number): Spell[] {
  const step = time.config.interval ?? 0;
  const made: Array<Spell & { value: unknown }> = [];
  field.values.forEach((value, index) => {
    const moment = time.values[index]!;
    const before = made[made.length - 1];
    if (before && before.value === value && moment <= before.to) before.to = Math.min(end, moment + step);
    else made.push({ value, from: moment, to: Math.min(end, moment + step), state: field.display!(value) });
  });
  return made;
}

function legend(bars: Bar[]) {
  const colors = new Map(bars.flatMap(({ spells }) => spells.map(({ state }) => [formattedValueToString(state), state.color])));
  return [...colors].map(([label, color]) => ({ label, color, yAxis: 1 }));
}

/** Round moments, as many as fit; not so near the ends that a label would be cut off. */
function ticks(from: number, to: number, width: number): number[] {
  const far = TICKS.find((step) => (to - from) / step <= width / TICK_WIDTH) ?? TICKS[TICKS.length - 1]!;
  const margin = ((to - from) / width) * (TICK_WIDTH / 4);
  const made = [];
  for (let moment = Math.ceil((from + margin) / far) * far; moment <= to - margin; moment += far) made.push(moment);
  return made;
}
