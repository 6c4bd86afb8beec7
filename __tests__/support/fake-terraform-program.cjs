"use strict";
// What runs in Terraform's place: hands its arguments to fake-terraform.ts in the test's process, prints what it is told.
const net = require("net");

// The takeover of an abandoned lock asks for processes of this name.
process.title = "terraform";
const socket = net.connect(process.env.FAKE_TERRAFORM_SOCKET);
process.on("SIGINT", function () {
  socket.write('{"signal":"SIGINT"}\n');
});
socket.write(
  JSON.stringify({ pid: process.pid, args: process.argv.slice(2), dockerHost: process.env.DOCKER_HOST }) + "\n",
);
let rest = "";
socket.setEncoding("utf8").on("data", function (text) {
  const lines = (rest + text).split("\n");
  rest = lines.pop();
  lines.map(JSON.parse).forEach(obey);
});
socket.on("error", function (error) {
  process.stderr.write("the fake Terraform has lost its test: " + error.message + "\n");
  process.exitCode = 70;
});

function obey(order) {
  if (order.out !== undefined) process.stdout.write(order.out);
  if (order.err !== undefined) process.stderr.write(order.err);
  if (order.kill !== undefined) process.kill(process.pid, order.kill);
  if (order.exit !== undefined) {
    process.exitCode = order.exit;
    socket.end();
  }
}
