import { formatDay, parseDay } from '../clock/beijing-day';
import { type FaultSwitches } from '../faults/fault-switches';

interface Row {
  ref_date: string;
  cumulate_user: unknown;
}

/** Answers with rows missing or wrong, when the switches say so. */
export class OddCumulate {
  /** A day is left out once: what WeChat never gives is told by the account's days, not by a fault. */
  private readonly leftOut = new Set<string>();

  constructor(private readonly faults: FaultSwitches) {}

  of(appid: string, body: string): string {
    const { faults } = this;
    if (faults.quiet || Math.random() >= faults.values.faultProbability) return body;
    const { list, ...rest } = JSON.parse(body) as { list: Row[] };
    const told = (rows: unknown): string => JSON.stringify({ list: rows, ...rest });
    const days = list.map(({ ref_date }) => `${appid} ${ref_date}`);
    const isNew = (day: string): boolean => !this.leftOut.has(day);
    if (days.length > 0 && days.every(isNew) && faults.take('emptyLists')) {
      for (const day of days) this.leftOut.add(day);
      return told([]);
    }
    const lacking = Math.floor(Math.random() * list.length);
    const day = days[lacking];
    if (day !== undefined && isNew(day) && faults.take('lackingRows')) {
      this.leftOut.add(day);
      return told(list.filter((_, i) => i !== lacking));
    }
    const [first] = list;
    if (first === undefined || !faults.take('oddRowAnswers')) return body;
    return told(spoiled(list, first, faults.values.oddRows));
  }
}

function spoiled(list: readonly Row[], first: Row, how: string): unknown {
  const others = list.slice(1);
  switch (how) {
    case 'outside':
      return [{ ...first, ref_date: formatDay((parseDay(first.ref_date) ?? 0) - 30) }, ...others];
    case 'twice':
      return [first, { ...first, cumulate_user: Number(first.cumulate_user) + 1 }, ...others];
    case 'negative':
      return [{ ...first, cumulate_user: -1 }, ...others];
    case 'fraction':
      return [{ ...first, cumulate_user: Number(first.cumulate_user) + 0.5 }, ...others];
    case 'text':
      return [{ ...first, cumulate_user: String(first.cumulate_user) }, ...others];
    case 'object':
      return Object.fromEntries(list.entries());
    default:
      return list.toReversed();
  }
}
