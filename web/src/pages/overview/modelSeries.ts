import type { UsageByModel } from '../../api/generated';
import type { Series } from '../../components/charts/timeSeries';

const dayS = 86_400;
const mostModels = 6;

interface ModelSeries {
  times: number[];
  series: Series[];
}

/** Cost by day and model; the dearest models each for themselves, the others as one. */
export function modelSeries(usage: readonly UsageByModel[], others: string): ModelSeries {
  const days = [...new Set(usage.map(({ Date: day }) => dayStart(day)))].toSorted((a, b) => a - b);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return { times: [], series: [] };
  const times = Array.from({ length: (last - first) / dayS + 1 }, (_, index) => first + index * dayS);
  const costs = new Map<string, number[]>();
  for (const { Date: day, ModelName: model, Quota: quota } of usage) {
    const values = costs.get(model) ?? times.map(() => 0);
    const index = (dayStart(day) - first) / dayS;
    values[index] = (values[index] ?? 0) + quota;
    costs.set(model, values);
  }
  const dearest = [...costs].toSorted(([, a], [, b]) => total(b) - total(a));
  const shown = dearest.slice(0, mostModels).map(([model, values]) => ({ id: model, label: model, values }));
  const rest = dearest.slice(mostModels).map(([, values]) => values);
  if (rest.length === 0) return { times, series: shown };
  const sums = times.map((_, index) => total(rest.map((values) => values[index] ?? 0)));
  return { times, series: [...shown, { id: '', label: others, values: sums }] };
}

/** The gateway's days are those of UTC: "2026-11-26". */
function dayStart(day: string): number {
  return Date.parse(`${day.slice(0, 10)}T00:00:00Z`) / 1000;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
