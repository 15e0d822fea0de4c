# The exporter on nothing but Python and the libraries that Python and its packages load:
# no shell, no package manager, no build tools, and nothing that its user could write to but /tmp.
#
#   BASE               a Debian whose apt has Python 3.11 to 3.13; nothing of it but those files gets into the image
#   VERSION, REVISION  what the labels say, and the build_info metric
#   SOURCE_DATE_EPOCH  the time that every file is given: one lock and one Debian make one image
ARG BASE=debian:12-slim


FROM ${BASE} AS builder
ENV DEBIAN_FRONTEND=noninteractive PYTHONDONTWRITEBYTECODE=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN apt-get update -qq \
 && apt-get install -qq --no-install-recommends ca-certificates python3 python3-venv >/dev/null 2>&1

# Three environments: pip and the build backend stay behind in /build, and fill the program's from outside; what writes
# the SBOM stays behind in /sbom.
WORKDIR /source
COPY requirements requirements
RUN python3 -m venv /build \
 && /build/bin/pip install --quiet --no-compile --only-binary :all: --require-hashes -r requirements/build.txt \
 && python3 -m venv --without-pip /opt/longhorn-cr-exporter \
 && /build/bin/pip --python /opt/longhorn-cr-exporter/bin/python install --quiet --no-compile \
      --only-binary :all: --require-hashes -r requirements/runtime.txt \
 && python3 -m venv --without-pip /sbom \
 && /build/bin/pip --python /sbom/bin/python install --quiet --no-compile \
      --only-binary :all: --require-hashes -r requirements/sbom.txt

# Which Debian packages the image takes is asked of the linker: those of every library that the interpreter, its
# standard library and the packages' extension modules load. Left out are the extension modules for terminals and
# databases, which would bring Kerberos and readline along. The packages' descriptions and the name of the release
# (base-files) go where scanners look.
RUN set -eu; \
    mkdir -p /python/etc/ssl/certs /python/opt /python/tmp /python/usr/bin /python/usr/lib /python/usr/lib64 \
      /python/var/lib/dpkg/status.d; \
    ln -s usr/bin usr/lib usr/lib64 /python; \
    ln -s ../usr/lib/os-release /python/etc/os-release; \
    python=$(basename "$(readlink -f /usr/bin/python3)"); \
    unused='/lib-dynload/(_curses|_curses_panel|_dbm|_sqlite3|nis|readline)\.'; \
    find "/usr/bin/$python" "/usr/lib/$python/lib-dynload" /opt/longhorn-cr-exporter \
        -type f '(' -name '*.so' -o -name "$python" ')' \
      | grep -Ev "$unused" | xargs ldd | sed -En 's,^\s.*/([^/ ]+) \(0x.*,*/\1,p' | sort -u > /tmp/libraries; \
    { xargs dpkg -S < /tmp/libraries | grep -v '^diversion ' | cut -d: -f1; \
      printf '%s\n' "$python-minimal" "lib$python-minimal" "lib$python-stdlib" python3-minimal \
        base-files ca-certificates; \
    } | sort -u > /tmp/packages; \
    xargs dpkg -L < /tmp/packages | sort -u \
      | grep -E "^(/usr)?/lib(64)?/|^/usr/bin/(python3|$python)\$|^/usr/share/doc/[^/]+/copyright\$" \
      | grep -Ev "$unused|/gconv/|^/usr/lib/(python3|$python/(idlelib|lib2to3|turtledemo))/" \
      | while read -r path; do if [ -L "$path" ] || [ -f "$path" ]; then echo "${path#/}"; fi; done \
      | tar -C / --create --files-from - | tar -C /python --extract --keep-directory-symlink; \
    while read -r package; do dpkg --status "$package" > "/python/var/lib/dpkg/status.d/$package"; done < /tmp/packages; \
    cp /etc/ssl/certs/ca-certificates.crt /python/etc/ssl/certs/; \
    echo 'exporter:x:65532:65532::/nonexistent:/nonexistent' > /python/etc/passwd; \
    echo 'exporter:x:65532:' > /python/etc/group; \
    echo 'hosts: files dns' > /python/etc/nsswitch.conf; \
    chmod 1777 /python/tmp

# The Kubernetes client's 1,600 modules of models are read only when asked for, which the program never does:
# their bytecode would be a fifth of the image.
ARG SOURCE_DATE_EPOCH=1767225600
RUN compile="python3 -m compileall -qq --invalidation-mode unchecked-hash" \
 && $compile -s /python /python/usr/lib/python3.* \
 && $compile -x '/kubernetes/(aio/)?client/(api|models)/' /opt/longhorn-cr-exporter/lib \
 && find /python /opt -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +

COPY LICENSE README.md pyproject.toml ./
COPY exporter exporter
COPY deploy/image deploy/image
RUN /build/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /wheel . \
 && /build/bin/pip --python /opt/longhorn-cr-exporter/bin/python install --quiet --no-compile \
      --no-deps --prefix /program/opt/longhorn-cr-exporter /wheel/*.whl \
 && mkdir -p /program/usr/share/sbom \
 && PYTHONPATH=$(echo /program/opt/longhorn-cr-exporter/lib/python3.*/site-packages) \
      /sbom/bin/cyclonedx-py environment --output-reproducible --no-validate /opt/longhorn-cr-exporter/bin/python \
      | /sbom/bin/python deploy/image/sbom.py /python/var/lib/dpkg/status.d \
      > /program/usr/share/sbom/longhorn-cr-exporter.cdx.json \
 && python3 -m compileall -qq --invalidation-mode unchecked-hash -s /program /program/opt/longhorn-cr-exporter/lib \
 && find /program -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +


FROM scratch
COPY --from=builder /python /
COPY --from=builder /opt /opt
COPY --from=builder /program /
ARG VERSION=unknown
ARG REVISION=
ENV PATH=/opt/longhorn-cr-exporter/bin:/usr/bin \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONUTF8=1 \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    LONGHORN_CR_EXPORTER_REVISION=${REVISION}
LABEL org.opencontainers.image.title="longhorn-cr-exporter" \
      org.opencontainers.image.description="Early warning for Longhorn's rolling-update deadlock" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
USER 65532:65532
EXPOSE 9899
ENTRYPOINT ["/opt/longhorn-cr-exporter/bin/longhorn-cr-exporter"]
CMD ["serve"]
