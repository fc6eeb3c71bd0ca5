import { request } from 'node:http';
import { connect } from 'node:net';

export type RawHeaders = readonly (readonly [name: string, value: string])[];

export type RawAnswer = { status: number; headers: Record<string, unknown>; body: string };

/** A request with exactly these headers, which `fetch` would neither send nor leave alone. */
export function rawRequest(
  url: string,
  { method = 'GET', headers, body }: { method?: string; headers: RawHeaders; body?: string | Buffer },
): Promise<RawAnswer> {
  const { hostname, port, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: hostname,
        port,
        path: `${pathname}${search}`,
        method,
        setHost: false,
        headers: headers.flat(),
        agent: false,
      },
      async (response) => {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      },
    );
    outgoing.on('error', reject).end(body);
  });
}

/** Sends text as it stands, and answers the first line of what comes back. */
export function rawText(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setEncoding('latin1').on('data', (more) => {
      answer += more;
      if (answer.includes('\r\n')) socket.destroy();
    });
    socket.on('close', () => resolve(answer.split('\r\n')[0] ?? ''));
    socket.on('error', reject);
  });
}
