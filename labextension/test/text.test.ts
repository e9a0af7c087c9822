import { expect, it } from 'vitest';

import { pieces } from '../src/inlinecode';
import { textChange } from '../src/textchange';

it.each([
  ['', ''],
  ['same', 'same'],
  ['a\nb\nc', 'a\nB\nc'],
  ['aaa', 'aa'],
  ['aa', 'aaa'],
  ['', 'new'],
  ['old', ''],
])('turns %j into %j', (before, after) => {
  const change = textChange(before, after);
  const changed =
    change === null
      ? before
      : before.slice(0, change.start) + change.text + before.slice(change.end);
  expect(changed).toBe(after);
});

it('replaces no more than what differs', () => {
  expect(textChange('def f():\n  1\n', 'def f():\n  22\n')).toEqual({
    start: 11,
    end: 12,
    text: '22',
  });
});

it('reads code in backticks', () => {
  expect(pieces('`df` is `<b>`, not ` alone')).toEqual([
    { text: 'df', code: true },
    { text: ' is ', code: false },
    { text: '<b>', code: true },
    { text: ', not ` alone', code: false },
  ]);
});
