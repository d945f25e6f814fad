import { type Bilingual } from '@app/kernel';
import { type Tone } from './page-layout';

/** How a visit to an invite ended: a page of its own for each, told apart by `kind`. */
export interface Ending {
  readonly kind: string;
  readonly status: number;
  readonly tone: Tone;
  readonly title: Bilingual;
  readonly text: Bilingual;
  /** When a further visit may help. */
  readonly retryAfterSeconds?: number | undefined;
}

/** Two sentences after each other. */
export function joined(first: Bilingual, second: Bilingual): Bilingual {
  return { en: `${first.en} ${second.en}`, zh: `${first.zh}${second.zh}` };
}
