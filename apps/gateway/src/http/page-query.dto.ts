import { MaxLength } from 'class-validator';
import { WholeNumber, Optional } from './field-rules';

/** Where a page of a list begins and how long it is. */
export class PageQuery {
  @WholeNumber(1, 200)
  limit: number = 50;

  /** `nextCursor` of the page before. */
  @Optional()
  @MaxLength(500)
  cursor?: string;
}
