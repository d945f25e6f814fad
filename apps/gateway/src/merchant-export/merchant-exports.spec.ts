import { FakeClock } from '@app/kernel';
import { zipFile } from '@app/platform';
import { type Merchant } from '@app/tenants';
import { exportFiles } from './export-files';
import { MerchantExports } from './merchant-exports';

const MERCHANT = { id: 'mer_1', providerId: 'prv_1', name: 'One' } as Merchant;

describe('the export of a merchant whose removal begins meanwhile', () => {
  it('breaks off before its manifest', async () => {
    let hasBegun = false;
    const assertWhole = (): Promise<void> => (hasBegun ? Promise.reject(new Error('purge_begun')) : Promise.resolve());
    const nothing = { files: () => [] };
    const last = {
      *files() {
        yield { name: 'report-links', rows: [{ id: 'rpl_1' }] };
        hasBegun = true;
      },
    };
    const exports = new MerchantExports(...([nothing, nothing, nothing, last, { assertWhole }] as unknown as Parts));
    const files = exports.files(MERCHANT, new AbortController().signal);
    const zip = zipFile(exportFiles(MERCHANT, files, new FakeClock('2026-03-10T02:00:00.000Z')), new Date());
    const read = async (): Promise<void> => {
      for await (const part of zip) expect(part).toBeInstanceOf(Buffer);
    };
    await expect(read()).rejects.toThrow('purge_begun');
  });
});

type Parts = ConstructorParameters<typeof MerchantExports>;
