#!/bin/sh
# call METHOD PATH BODY: sends a request to the server at CONSUL_HTTP_ADDR with the token in CONSUL_HTTP_TOKEN.
# The request goes in by standard input, because an argument would show in the list of processes; wget, the other
# client in the image, has no methods but GET and POST.
call() {
  answer=$(
    printf '%s %s HTTP/1.1\r\nHost: %s\r\nX-Consul-Token: %s\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s' \
      "$1" "$2" "$CONSUL_HTTP_ADDR" "$CONSUL_HTTP_TOKEN" "${#3}" "$3" |
      nc "${CONSUL_HTTP_ADDR%:*}" "${CONSUL_HTTP_ADDR##*:}"
  )
  case $answer in
    'HTTP/1.1 200 '*) return 0 ;;
  esac
  printf '%s\n' "$answer" | sed -n '1p;$p'
  return 1
}
