import Box from '@mui/material/Box';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot, { type AlignedData, type Options, type Series as PlotSeries } from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useAppSelector } from '../../app/store';
import { useScheme } from '../../theme/useScheme';
import { useFormat } from '../format/useFormat';
import { axisTimes, axisValues, axisWidth, tickSpacing } from './axes';
import { ChartTable } from './ChartTable';
import { seriesColors } from './colors';
import { Legend } from './Legend';
import { type DrawnSeries, drawnSeries, type TimeSeriesProps } from './timeSeries';

const barWidth = { share: 0.7, maxPx: 48 };
const pastStroke = { width: 1, dash: [4, 3] };

export default function Plot(props: TimeSeriesProps) {
  const { label, times, series, kind = 'line', stacked = false, formatValue = String, height = 240, onZoom } = props;
  const { t, i18n } = useTranslation('charts');
  const host = useRef<HTMLDivElement>(null);
  const scheme = useScheme();
  const format = useFormat();
  const { timeZone } = useAppSelector((state) => state.preferences);
  const [at, setAt] = useState<number>();
  const colors = seriesColors(series, scheme);
  const latest = useRef({ formatValue, onZoom });
  useEffect(() => {
    latest.current = { formatValue, onZoom };
  });

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const look = chartLook(element);
    const drawn = drawnSeries(series, colors, stacked);
    const options: Options = {
      width: element.clientWidth,
      height,
      legend: { show: false },
      tzDate: timeZone === undefined ? undefined : (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
      cursor: { drag: { x: latest.current.onZoom !== undefined, y: false, setScale: false } },
      scales: { y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.05 : 1] } },
      axes: [
        { stroke: look.text, space: tickSpacing, grid: { show: false }, ticks: { stroke: look.line, width: 1, size: 4 }, values: (_plot, ticks) => axisTimes(ticks, i18n.language, timeZone) },
        {
          stroke: look.text,
          grid: { stroke: look.line, width: 1 },
          ticks: { show: false },
          size: (_plot, labels) => axisWidth(labels),
          values: (_plot, ticks) => axisValues(ticks, latest.current.formatValue),
        },
      ],
      series: [
        {},
        ...drawn.map((one) => ({
          label: one.label,
          stroke: one.color,
          ...(kind === 'bars' ? barLook(one) : lineLook(one, stacked)),
          points: { show: kind === 'line' && times.length < 2 },
        })),
      ],
      hooks: {
        setCursor: [(plot) => setAt(plot.cursor.idx ?? undefined)],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width > 4) latest.current.onZoom?.(Math.floor(plot.posToVal(left, 'x')), Math.ceil(plot.posToVal(left + width, 'x')));
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
      },
    };
    const plot = new uPlot(options, [[...times], ...drawn.map(({ values }) => [...values])] satisfies AlignedData, element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- colors follow series and scheme
  }, [times, series, kind, stacked, height, scheme, i18n.language, timeZone]);

  const time = at === undefined ? undefined : times[at];
  return (
    <Box component="figure" sx={{ m: 0 }}>
      <Box ref={host} role="img" aria-label={t('chart', { label })} sx={{ height, overflow: 'hidden' }} />
      <Legend
        time={time === undefined ? undefined : format.dateTime(time)}
        entries={series.map((one, index) => ({ id: one.id, label: one.label, color: colors[index] ?? '', value: valueAt(one.values, at, formatValue) }))}
      />
      <ChartTable label={label} times={times} series={series} formatValue={formatValue} />
    </Box>
  );
}

function valueAt(values: readonly (number | null)[], index: number | undefined, formatValue: (value: number) => string): string | undefined {
  const value = index === undefined ? undefined : values[index];
  return value === undefined || value === null ? undefined : formatValue(value);
}

/** Bars of the time before are pale and wider than those in front of them. */
function barLook({ color, tone }: DrawnSeries): PlotSeries {
  if (tone === 'past') return { ...pastStroke, fill: `${color}33`, paths: uPlot.paths.bars?.({ size: [1, Infinity] }) };
  return { width: 0, fill: color, paths: uPlot.paths.bars?.({ size: [barWidth.share, barWidth.maxPx] }) };
}

function lineLook({ color, tone }: DrawnSeries, stacked: boolean): PlotSeries {
  return tone === 'past' ? pastStroke : { width: 2, fill: stacked ? color : undefined };
}

/** A canvas knows no CSS variables: it gets what they are just now. */
function chartLook(element: Element) {
  const style = getComputedStyle(element);
  return { text: style.getPropertyValue('--mui-palette-text-secondary'), line: style.getPropertyValue('--mui-palette-divider') };
}
