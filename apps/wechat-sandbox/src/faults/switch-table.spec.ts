import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SWITCH_TABLE } from './switch-table';

describe('switch table', () => {
  const page = readFileSync(join(__dirname, '../../../../docs/sandbox.md'), 'utf8');

  it.each(Object.entries(SWITCH_TABLE))('%s is in docs/sandbox.md with its default', (name, row) => {
    expect(page).toContain(`| \`${name}\` | \`${JSON.stringify(row.default)}\` | ${row.doc}`);
  });
});
