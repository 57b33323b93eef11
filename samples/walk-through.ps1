# A Magento order from POST to Confirmed, and the same order again. PowerShell 7; start the app host first.
$ErrorActionPreference = 'Stop'
$oms = if ($env:OMS_URL) { $env:OMS_URL } else { 'http://127.0.0.1:5080' }

# A development token; in the cloud it comes from your identity provider.
$token = (Invoke-RestMethod "$oms/local/token?scope=orders:write%20orders:read%20inventory:write%20inventory:read&store=default").access_token
$call = @{ Headers = @{ Authorization = "Bearer $token" }; ContentType = 'application/json' }

'1. stock for the two articles of the order'
foreach ($sku in 'MUG-STONE-350', 'TEA-SENCHA-100') {
    Invoke-RestMethod @call -Method Put "$oms/v1/stock/$sku/default" -Body '{"onHand": 50}'
}

'2. the order, as Magento writes it'
$order = Get-Content -Raw (Join-Path $PSScriptRoot magento-order.json)
$location = (Invoke-WebRequest @call -Method Post "$oms/v1/magento/default/orders" -Body $order).Headers.Location | Select-Object -First 1
"accepted: $location"

'3. until it is confirmed'
for ($i = 0; $i -lt 100; $i++) {
    $state = (Invoke-RestMethod @call "$oms$location").state
    if ($state -eq 'Confirmed') { break }
    Start-Sleep -Milliseconds 100
}
"state: $state"
if ($state -ne 'Confirmed') { throw "the order is $state" }

'4. the same order again is the same order'
$again = Invoke-WebRequest @call -Method Post "$oms/v1/magento/default/orders" -Body $order
if (($again.Headers.'Idempotency-Replayed' | Select-Object -First 1) -ne 'true') { throw 'this should be a replay' }
(Invoke-RestMethod @call "$oms/v1/stock/MUG-STONE-350").sources

'5. what happened, when and by whom'
(Invoke-RestMethod @call "$oms$location/events").events | Format-Table at, kind, state, actor, reason
