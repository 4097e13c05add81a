// The baseline of docs/performance.md: what a quick, careful Node server does with the same
// answers: `ws` for the sockets, MariaDB for the rows, an ack only after the commit.
//   node node_baseline.mjs single|batch PORT SOCKET DATABASE
// single: one INSERT an answer.  batch: what waits, up to 256 rows, in one INSERT.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import mysql from "mysql2";
import { WebSocketServer } from "ws";

const [mode, port, socketPath, database] = process.argv.slice(2);
const INSERT =
  "INSERT INTO baseline_event (attempt_id, gen, seq, kind, slot, at_ms, value, head) VALUES ";
const pool = mysql.createPool({
  socketPath,
  user: "root",
  database,
  connectionLimit: mode === "batch" ? 1 : 16,
  queueLimit: 0,
});

pool.query(
  `CREATE TABLE IF NOT EXISTS baseline_event (
     attempt_id VARBINARY(32) NOT NULL, gen INT UNSIGNED NOT NULL, seq INT UNSIGNED NOT NULL,
     kind TINYINT UNSIGNED NOT NULL, slot SMALLINT UNSIGNED NOT NULL, at_ms BIGINT NOT NULL,
     value VARBINARY(60000) NOT NULL, head BINARY(32) NOT NULL,
     PRIMARY KEY (attempt_id, gen, seq)) ENGINE=InnoDB`,
  (error) => {
    if (error) throw error;
    server.listen(Number(port), "127.0.0.1", () => console.log("ready"));
  },
);

function ack(socket, row) {
  if (socket.readyState === 1) {
    socket.send(
      JSON.stringify({ t: "ack", seq: row[2], at: row[5], head: row[7].toString("base64url") }),
    );
  }
}

function storeOne(socket, row) {
  pool.execute(`${INSERT}(?,?,?,?,?,?,?,?)`, row, (error) => {
    if (error) throw error;
    ack(socket, row);
  });
}

let waiting = [];
let busy = false;

function storeBatch() {
  if (busy || waiting.length === 0) return;
  busy = true;
  const batch = waiting.splice(0, 256);
  pool.query(`${INSERT}?`, [batch.map((b) => b.row)], (error) => {
    if (error) throw error;
    for (const b of batch) ack(b.socket, b.row);
    busy = false;
    storeBatch();
  });
}

function store(socket, row) {
  if (mode !== "batch") return storeOne(socket, row);
  waiting.push({ socket, row });
  if (!busy) setImmediate(storeBatch);
}

const server = createServer((_, reply) => reply.end("ok"));
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on("connection", (socket) => {
  let attempt = Buffer.alloc(0);
  let head = Buffer.alloc(32);
  socket.on("message", (data) => {
    const m = JSON.parse(data.toString());
    if (m.t === "hello") {
      attempt = Buffer.from(m.attempt);
      socket.send(JSON.stringify({ t: "welcome", now: Date.now(), lease: 1, seq: 0, head: "" }));
      return;
    }
    if (m.t !== "answer") return;
    const value = JSON.stringify(m.value);
    head = createHash("sha256").update(head).update(String(m.seq)).update(value).digest();
    store(socket, [attempt, 1, m.seq, 1, m.slot, Date.now(), value, head]);
  });
});
process.on("SIGTERM", () => process.exit(0));
