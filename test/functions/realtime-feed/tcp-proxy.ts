import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy on the way to a server, which can let a connection stand there dead. */
export type TcpProxy = {
  /** The port to connect to instead of the server's. */
  readonly port: number;
  /** From now on nothing passes on the connections that are open, in either direction, and nobody is told. */
  freeze(): void;
  stop(): Promise<void>;
};

/** The server answers to its own name only; the head of a handshake comes in one piece. */
function nameTarget(head: Buffer, port: number): Buffer {
  return Buffer.from(head.toString('latin1').replace(/^Host: .*$/im, `Host: 127.0.0.1:${port}`), 'latin1');
}

/** Starts a proxy on a free port of this machine. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    near.once('data', (head: Buffer) => {
      far.write(nameTarget(head, targetPort));
      near.pipe(far);
    });
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    freeze: () => {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
