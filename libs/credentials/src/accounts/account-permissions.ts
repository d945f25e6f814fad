import { Injectable } from '@nestjs/common';
import { type Bilingual } from '@app/kernel';
import { numberAfter, pageOf, type Page, type PageRequest, type Reach } from '@app/tenants';
import { permissionSetName } from '@app/wechat';
import { AccountDirectory } from './account-directory';
import { PermissionHistoryRepository, type GrantedRow, type HistoryRow } from './permission-history.repository';

type Named<T> = T & { readonly name: Bilingual };

export interface PermissionsView extends Page<Named<HistoryRow>> {
  readonly current: readonly Named<GrantedRow>[];
}

/** What an account granted, and how that came about. */
@Injectable()
export class AccountPermissions {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly history: PermissionHistoryRepository,
  ) {}

  /** A page of the history, the newest first. Throws `account_not_found`, `cursor_invalid`. */
  async read(reach: Reach, publicId: string, request: PageRequest): Promise<PermissionsView> {
    const { id } = await this.directory.getInReach(reach, publicId);
    const current = await this.history.current(id);
    const rows = await this.history.before(id, numberAfter(request), request.limit + 1);
    const page = pageOf(rows, request.limit, ({ id: key }) => String(key));
    return { current: current.map(named), items: page.items.map(named), nextCursor: page.nextCursor };
  }
}

function named<T extends { readonly setId: number }>(row: T): Named<T> {
  return { ...row, name: permissionSetName(row.setId) };
}
