#!/usr/bin/env bash
# Makes the keys, certificates and revocation lists of the tests. They are committed: run it only to add some, and expect every
# thumbprint in the cases to change.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
touch "$work/index.txt"
cat > "$work/ca.cnf" <<END
[ca]
default_ca = own
[own]
dir = $work
database = $work/index.txt
new_certs_dir = $work
serial = $work/serial
crlnumber = $work/crlnumber
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
default_crl_days = 30000
[any]
countryName = optional
stateOrProvinceName = optional
localityName = optional
organizationName = optional
organizationalUnitName = optional
commonName = optional
emailAddress = optional
serialNumber = optional
[req]
distinguished_name = dn
string_mask = utf8only
[dn]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[middle]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[client]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:meter-01.example,DNS:other.example,email:meter@example.org,URI:https://meter.example/1,IP:192.0.2.7
[listed]
basicConstraints = CA:FALSE
extendedKeyUsage = clientAuth
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://crl.example/root.crl
END
rsa() { openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1.key" 2>/dev/null; }
# sign NAME SUBJECT ISSUER EXTENSIONS SERIAL START END
sign() {
  openssl req -new -utf8 -key "$1.key" -subj "$2" -config "$work/ca.cnf" -out "$work/$1.csr"
  echo "$5" > "$work/serial"
  local issuer=(-cert "$3.crt" -keyfile "$3.key")
  [ "$3" = self ] && issuer=(-selfsign -keyfile "$1.key")
  openssl ca -batch -notext -config "$work/ca.cnf" "${issuer[@]}" -in "$work/$1.csr" -extensions "$4" \
    -startdate "$6" -enddate "$7" -out "$1.crt" 2>/dev/null
}
for name in root middle client revoked expired rsa1 rsa2 stranger; do rsa "$name"; done
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec256.key
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out ec384.key
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out ec521.key
long=(20200101000000Z 20991231235959Z)
sign root '/C=DE/O=Portcullis/CN=Test Root' self root 01 "${long[@]}"
sign middle '/C=DE/O=Portcullis/CN=Test Middle' root middle 02 "${long[@]}"
sign client '/C=US/ST=WA/O=Contoso, Inc./OU=Devices/CN=meter-01' middle client 00E1A2B3C4D5 "${long[@]}"
sign revoked '/CN=revoked' root listed 0A "${long[@]}"
sign expired '/CN=expired' root listed 0B 20200101000000Z 20210101000000Z
cp rsa1.key future.key
sign future '/CN=future' root listed 0C 20900101000000Z 20991231235959Z
cp rsa2.key listed.key
sign listed '/CN=listed' root listed 0D "${long[@]}"
sign stranger '/CN=stranger' self root 0E "${long[@]}"
sign ec256 '/CN=elliptic' root listed 0F "${long[@]}"
echo 01 > "$work/crlnumber"
# Only what the root revoked itself: the database holds all.
openssl ca -config "$work/ca.cnf" -cert root.crt -keyfile root.key -revoke revoked.crt -crl_reason keyCompromise 2>/dev/null
openssl ca -config "$work/ca.cnf" -cert root.crt -keyfile root.key -gencrl -crl_lastupdate 20200101000000Z \
  -crl_nextupdate 20991231235959Z -out root.crl 2>/dev/null
openssl ca -config "$work/ca.cnf" -cert root.crt -keyfile root.key -gencrl -crl_lastupdate 20200101000000Z \
  -crl_nextupdate 20200201000000Z -out old.crl 2>/dev/null
openssl pkcs12 -export -in client.crt -inkey client.key -certfile middle.crt -name meter -passout pass:secret -out client.pfx
openssl pkcs12 -export -in client.crt -inkey client.key -passout pass: -out open.pfx
openssl pkcs12 -export -legacy -in client.crt -inkey client.key -passout pass:old -out legacy.pfx
python3 -c 'import sys, zlib; c = zlib.compressobj(9, zlib.DEFLATED, -15); sys.stdout.buffer.write(c.compress(b"A" * 5_000_000) + c.flush())' > bomb.deflate
