import { Module } from '@nestjs/common';
import { CredentialsModule } from '@app/credentials';
import { AccountsController } from './accounts.controller';

@Module({ imports: [CredentialsModule], controllers: [AccountsController] })
export class AccountsHttpModule {}
