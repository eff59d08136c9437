# escape=\
FROM	example/base:1	AS	final
ARG U=root \
    P=99 V
ENV A=1 \
    # comment
    B="two words" C='single $A' \
    D=esc\ aped
LABEL "a.b"='c d' \
      e.f=${A} g=multi\
line
COPY ./app.py  ./d*  /glob/
COPY --chown=$U:root app.py /c1
ADD --chown=0 ./app.py $A/xy/
COPY [ "app.py" , "/a b/c  d" ]
WORKDIR /w/../w2/
WORKDIR "/sp ace"
WORKDIR ./rel/
WORKDIR ..
WORKDIR ${A}x
WORKDIR //dbl//slash/
RUN set -eux; \
	echo a; \
	# comment in the middle
	  # another
	echo "b  	c" ; # trailing comment
RUN echo tail \
    

RUN
RUN [ "/bin/sh", "-c", "echo 'x  y' > /exec; echo \"q\"" ]
RUN [bad json || echo 'still shell'
USER $U
USER "nobody"
USER root:root
EXPOSE $P 1000-1002/udp
VOLUME $A/vol "/quoted"
HEALTHCHECK --interval=5s --retries=3 --start-period=1m CMD ["a", "b c"]
STOPSIGNAL 9
CMD ["é", "tab\t", "nl\n", "uni\u00e9", "q\"'\\"]
CMD echo "a  b" \
   'c' $A
CMD []
ENTRYPOINT []
ENTRYPOINT
CMD
SHELL ["/bin/sh", "-e", "-u", "-c"]
RUN echo "last" > /last && \
    echo $((1 < 2)) && echo `date` && echo \$A
maintainer x "y" z
