import { TurnWriter } from './turn-writer';

describe('TurnWriter', () => {
  it('writes what came in one turn together, in its order, and once', async () => {
    const written: string[] = [];
    const writer = new TurnWriter({ write: (text) => written.push(text) });
    writer.write('a\n');
    writer.write('b\n');
    expect(written).toEqual([]);
    await new Promise(setImmediate);
    expect(written).toEqual(['a\nb\n']);
    writer.write('c\n');
    await new Promise(setImmediate);
    expect(written).toEqual(['a\nb\n', 'c\n']);
  });

  it('writes an error at once, behind what waits', () => {
    const written: string[] = [];
    const writer = new TurnWriter({ write: (text) => written.push(text) });
    writer.write('{"level":"info","msg":"before"}\n');
    writer.write('{"level":"fatal","msg":"the end"}\n');
    expect(written).toEqual(['{"level":"info","msg":"before"}\n{"level":"fatal","msg":"the end"}\n']);
  });

  it('writes what waits when the process ends', () => {
    const written: string[] = [];
    const before = process.listeners('exit');
    const writer = new TurnWriter({ write: (text) => written.push(text) });
    const [onExit] = process.listeners('exit').filter((listener) => !before.includes(listener));
    writer.write('last words\n');
    onExit?.(0);
    expect(written).toEqual(['last words\n']);
    process.removeListener('exit', onExit!);
  });
});
