import { type AccountKind } from './model';

export interface ReleaseTestAccount {
  readonly appid: string;
  readonly userName: string;
  readonly kind: AccountKind;
}

const account = (kind: AccountKind, appid: string, userName: string): ReleaseTestAccount => ({ kind, appid, userName });

/** The five groups of the official page on the release check (releases_instructions.html). */
export const RELEASE_TEST_ACCOUNTS: Readonly<Record<AccountKind, readonly ReleaseTestAccount[]>> = {
  official: [
    account('official', 'wx570bc396a51b8ff8', 'gh_3c884a361561'),
    account('official', 'wx9252c5e0bb1836fc', 'gh_c0f28a78b318'),
    account('official', 'wx8e1097c5bc82cde9', 'gh_3f222ed8d140'),
    account('official', 'wx14550af28c71a144', 'gh_26128078e9ab'),
    account('official', 'wxa35b9c23cfe664eb', 'gh_2b3713f184a6'),
  ],
  mini: [
    account('mini', 'wxd101a85aa106f53e', 'gh_8dad206e9538'),
    account('mini', 'wxc39235c15087f6f3', 'gh_905ae9d01059'),
    account('mini', 'wx7720d01d4b2a4500', 'gh_393666f1fdf4'),
    account('mini', 'wx05d483572dcd5d8b', 'gh_39abb5d4e1b7'),
    account('mini', 'wx5910277cae6fd970', 'gh_7818dcb60240'),
  ],
};
