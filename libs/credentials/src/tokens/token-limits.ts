/** What may be spent on a platform's tokens. */
export class TokenLimits {
  constructor(
    /** Component tokens bought a day; WeChat's own limit is 10,000. */
    readonly componentTokensADay: number,
    /** Quota resets the gateway may ask for by itself in a month; WeChat grants 10 in all. */
    readonly quotaResetsAMonth: number,
  ) {}
}
