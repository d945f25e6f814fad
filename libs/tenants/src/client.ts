import { type Secret } from '@app/kernel';

/** The browser or program that a person uses, as its request tells. */
export interface Client {
  /** Through trusted proxies only. */
  readonly address: string;
  readonly agent: string;
  /** What an earlier login left with it. */
  readonly device: Secret | null;
  /** The session it has now. */
  readonly session: Secret | null;
}
