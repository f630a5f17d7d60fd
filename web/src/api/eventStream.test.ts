import { describe, expect, it } from 'vitest';
import { EventParser } from './eventStream';

function eventsOf(pieces: readonly string[]) {
  const parser = new EventParser();
  return pieces.flatMap((piece) => [...parser.push(piece)]);
}

describe('EventParser', () => {
  const stream = ': hello\r\nevent: tested\r\ndata: {"id":1}\r\n\r\ndata: first\ndata:second\n\nid: 7\n\ndata\n\n';
  const events = [
    { event: 'tested', data: '{"id":1}' },
    { event: 'message', data: 'first\nsecond' },
    { event: 'message', data: '' },
  ];

  it('reads names, several lines of data, comments and fields it does not know', () => {
    expect(eventsOf([stream])).toEqual(events);
  });

  it('gives the same events wherever the text is cut', () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      expect(eventsOf([stream.slice(0, cut), stream.slice(cut)])).toEqual(events);
    }
    expect(eventsOf(Array.from(stream))).toEqual(events);
  });

  it('keeps an event that is not whole yet', () => {
    expect(eventsOf(['data: half\n'])).toEqual([]);
  });
});
