# syntax is builtin
ARG BASE=alpine:3.20
ARG GLOBAL=g
FROM ${BASE} AS first
MAINTAINER team@example.com
ENV A=b C="d e" F=$A
ENV OLD style value
ARG X
ARG Y=y Z="z z"
ARG GLOBAL
LABEL l=1 "m n"="o p"
RUN echo one \
    # a comment
    && echo   "two  three" \

    && echo 'four' > /four
RUN true
RUN ["/bin/echo", "exec", "a b"]
COPY app.py .
COPY app.py dir /app/
COPY --chown=1:1 ["app.py", "/j son/"]
ADD t.tar /tar
ADD app.py $A/${C}/
WORKDIR /app
WORKDIR sub
WORKDIR /
WORKDIR $A
WORKDIR /
USER 1000:1000
USER root
EXPOSE 80 443/tcp ${PORT:-8080}
VOLUME /data /data2
VOLUME ["/v1","/v 2"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s CMD true
HEALTHCHECK NONE
ONBUILD RUN echo triggered > /trig
ONBUILD COPY app.py /trigcopy
CMD echo hi
CMD ["a", "b\"c"]
ENTRYPOINT ["/e"]
ENTRYPOINT echo x
FROM first AS Second
COPY --from=first /four /four2
SHELL ["/bin/ash", "-ec"]
RUN echo ash > /ash
RUN echo ${A} "$Y" > /vars
CMD echo shell cmd
run echo lower > /lower
