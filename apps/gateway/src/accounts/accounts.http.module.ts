import { Module } from '@nestjs/common';
import { CredentialsModule } from '@app/credentials';
import { FetchingModule } from '@app/fetching';
import { AccountActsController } from './account-acts.controller';
import { AccountHistoryController } from './account-history.controller';
import { AccountsController } from './accounts.controller';

@Module({
  imports: [CredentialsModule, FetchingModule],
  controllers: [AccountsController, AccountActsController, AccountHistoryController],
})
export class AccountsHttpModule {}
