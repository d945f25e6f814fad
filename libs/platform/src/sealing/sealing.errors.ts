import { AppError, type Bilingual } from '@app/kernel';
import {
  type KeyRingRefusal,
  type Peer,
  type PeerRefusal,
  type RetirementRefusal,
  type RotationRefusal,
} from './key-ring-policy';
import { SILENCE_S } from './sealing-process.repository';

type AnyRefusal = KeyRingRefusal | PeerRefusal | RotationRefusal | RetirementRefusal;

/** One sentence that names the key and what to do, never a value. `isLocal`: the ring is the file of `npm start`. */
export function sealingRefusal(refusal: AnyRefusal, isLocal = false): AppError {
  const detail = 'keyIds' in refusal ? { keyIds: refusal.keyIds } : { keyId: refusal.keyId };
  return new AppError('conflict', refusal.because, { message: textOf(refusal, isLocal), detail });
}

const LOCAL: Bilingual = {
  en: '. npm start keeps its keys in .local/secret-keys: put that file back as it was, or delete .local (with DATABASE_URL: take an empty database) and begin anew',
  zh: '。npm start 的密钥存放在 .local/secret-keys：请恢复原文件，或删除 .local（使用 DATABASE_URL 时请改用空数据库）后重新开始',
};

function textOf(refusal: AnyRefusal, isLocal: boolean): Bilingual {
  switch (refusal.because) {
    case 'key_missing':
      return localised(missing(refusal.keyIds.join(', ')), isLocal);
    case 'key_wrong':
      return localised(wrong(refusal.keyIds.join(', ')), isLocal);
    case 'key_retired':
      return {
        en: `key ${refusal.keyId} was retired and may not seal any more: put another key first in SECRET_KEYS`,
        zh: `密钥 ${refusal.keyId} 已停用，不能再用于加密：请把另一个密钥放在 SECRET_KEYS 的第一位`,
      };
    case 'peer_lacks_key':
      return withPeer(refusal.peer, {
        en: `key ${refusal.keyId} stands first in SECRET_KEYS, but a running process does not have it and could not read what it seals: first add ${refusal.keyId} behind the old key everywhere and restart all processes, only then put it first`,
        zh: `密钥 ${refusal.keyId} 在 SECRET_KEYS 中位于第一位，但有运行中的进程没有该密钥，无法读取用它加密的内容：请先在各处把 ${refusal.keyId} 加在旧密钥之后并重启所有进程，然后再放到第一位`,
      });
    case 'peer_key_missing':
      return withPeer(refusal.peer, {
        en: `a running process seals with key ${refusal.keyId}, which SECRET_KEYS lacks: add it`,
        zh: `有运行中的进程使用密钥 ${refusal.keyId} 加密，而 SECRET_KEYS 中没有它：请补上`,
      });
    case 'peer_seals_otherwise':
      return withPeer(refusal.peer, {
        en: `a running process still seals with key ${refusal.keyId}: put the new key first in SECRET_KEYS of every process, restart all, then rotate`,
        zh: `有运行中的进程仍使用密钥 ${refusal.keyId} 加密：请在所有进程的 SECRET_KEYS 中把新密钥放在第一位并全部重启，然后再轮换`,
      });
    case 'key_unknown':
      return { en: `no key ${refusal.keyId} is known here`, zh: `此处没有名为 ${refusal.keyId} 的密钥` };
    case 'key_seals_here':
      return {
        en: `key ${refusal.keyId} stands first in SECRET_KEYS: only a key that no longer seals can be retired`,
        zh: `密钥 ${refusal.keyId} 位于 SECRET_KEYS 的第一位：只有不再用于加密的密钥才能停用`,
      };
    case 'rows_left': {
      const rows = refusal.rows.map(({ table, count }) => `${table} ${count}`).join(', ');
      return {
        en: `rows are still sealed under key ${refusal.keyId} (${rows}): run rotate-keys first`,
        zh: `仍有数据使用密钥 ${refusal.keyId} 加密（${rows}）：请先运行 rotate-keys`,
      };
    }
    case 'peer_seals':
      return withPeer(refusal.peer, {
        en: `a running process still seals with key ${refusal.keyId}: restart it with another key first in SECRET_KEYS`,
        zh: `有运行中的进程仍使用密钥 ${refusal.keyId} 加密：请在其 SECRET_KEYS 中把另一个密钥放在第一位后重启`,
      });
  }
}

function missing(ids: string): Bilingual {
  return {
    en: `rows are sealed under key ${ids}, which SECRET_KEYS lacks: put it back`,
    zh: `有数据使用密钥 ${ids} 加密，而 SECRET_KEYS 中没有它：请放回`,
  };
}

function wrong(ids: string): Bilingual {
  return {
    en: `SECRET_KEYS holds other bytes for key ${ids} than this database knows: put the right ones back, or give a new key an id of its own`,
    zh: `SECRET_KEYS 中密钥 ${ids} 的内容与该数据库所知的不同：请恢复正确的内容，或为新密钥另取编号`,
  };
}

function localised({ en, zh }: Bilingual, isLocal: boolean): Bilingual {
  return isLocal ? { en: en + LOCAL.en, zh: zh + LOCAL.zh } : { en, zh };
}

/** A killed process cannot say goodbye. */
function withPeer({ program, host, pid }: Peer, { en, zh }: Bilingual): Bilingual {
  return {
    en: `${en} (${program}, process ${pid} on ${host}; one that was killed counts for ${SILENCE_S} s)`,
    zh: `${zh}（${host} 上的 ${program}，进程 ${pid}；被强行终止的进程 ${SILENCE_S} 秒后不再计入）`,
  };
}
