import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** A push may be 1 MB long, and nobody says how long a ticket is: what WeChat sends must find room, or it is lost. */
export class WidenSealedValues1795498800000 implements MigrationInterface {
  name = 'WidenSealedValues1795498800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE push_event MODIFY COLUMN sealed MEDIUMBLOB NOT NULL');
    await runner.query('ALTER TABLE ticket MODIFY COLUMN sealed VARBINARY(4096) NOT NULL');
  }

  /** Rows that are too long for the old columns go: a push is worked off or told again by WeChat, tickets come anew. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM push_event WHERE LENGTH(sealed) > 65535');
    await runner.query('DELETE FROM ticket WHERE LENGTH(sealed) > 1024');
    await runner.query('ALTER TABLE push_event MODIFY COLUMN sealed BLOB NOT NULL');
    await runner.query('ALTER TABLE ticket MODIFY COLUMN sealed VARBINARY(1024) NOT NULL');
  }
}
