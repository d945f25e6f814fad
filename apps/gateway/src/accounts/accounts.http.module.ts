import { Module } from '@nestjs/common';
import { CredentialsModule } from '@app/credentials';
import { AccountActsController } from './account-acts.controller';
import { AccountsController } from './accounts.controller';

@Module({ imports: [CredentialsModule], controllers: [AccountsController, AccountActsController] })
export class AccountsHttpModule {}
