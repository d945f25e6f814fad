import { interleave } from './dispatcher.service';

describe('interleave', () => {
  it('gives nobody a second turn before everybody had a first', () => {
    expect(interleave([[1, 2, 3], [10], [20, 21]])).toEqual([1, 10, 20, 2, 21, 3]);
    expect(interleave([])).toEqual([]);
  });
});
