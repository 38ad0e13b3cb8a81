# The static binaries that `make dist` leaves in dist/, on nothing else: docker buildx build --platform linux/amd64,linux/arm64 .
#
# To copy headtail into another container without a shell: headtail install-to DIR.
FROM scratch
ARG TARGETARCH
ARG VERSION
ARG REVISION
COPY dist/${TARGETARCH}/image/ /
LABEL org.opencontainers.image.title="headtail" \
      org.opencontainers.image.description="Keep both ends of long output and an exact account of the rest" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV PATH=/bin
USER 65532:65532
ENTRYPOINT ["/bin/headtail"]
