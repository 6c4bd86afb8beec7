"""A page that says it is there, encrypted when a file with key and certificate is named."""

import http.server
import ssl
import sys


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ledger\n")


server = http.server.ThreadingHTTPServer(("", int(sys.argv[1])), Page)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
