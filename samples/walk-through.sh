#!/usr/bin/env bash
# A Magento order from POST to Confirmed, and the same order again. Needs curl; start the app host first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
oms=${OMS_URL:-http://127.0.0.1:5080}

# A development token; in the cloud it comes from your identity provider.
token=$(curl -fsS "$oms/local/token?scope=orders:write%20orders:read%20inventory:write%20inventory:read&store=default" | sed 's/.*"access_token": *"\([^"]*\)".*/\1/')
call() { curl -fsS -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$@"; }

echo '1. stock for the two articles of the order'
for sku in MUG-STONE-350 TEA-SENCHA-100; do
  call -X PUT "$oms/v1/stock/$sku/default" -d '{"onHand": 50}'
  echo
done

echo '2. the order, as Magento writes it'
location=$(call -D - -o /dev/null "$oms/v1/magento/default/orders" --data-binary @magento-order.json | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
echo "accepted: $location"

echo '3. until it is confirmed'
for _ in $(seq 100); do
  state=$(call "$oms$location" | sed 's/.*"state": *"\([^"]*\)".*/\1/')
  [ "$state" = Confirmed ] && break
  sleep 0.1
done
echo "state: $state"
[ "$state" = Confirmed ]

echo '4. the same order again is the same order'
again=$(call -D - -o /dev/null "$oms/v1/magento/default/orders" --data-binary @magento-order.json | tr -d '\r')
echo "$again" | grep -qi '^idempotency-replayed: true'
echo "$again" | grep -qi "^location: $location\$"
call "$oms/v1/stock/MUG-STONE-350"
echo

echo '5. what happened, when and by whom'
call "$oms$location/events"
echo
