# Unit tests mirror src/: tests/unit/web/form_test.c stands where src/web/form.c stands.

LDADD = tests/unit/libfixture.a $(LIBRARIES_USED) $(CMOCKA_LIBS)

check_LIBRARIES = tests/unit/libfixture.a
tests_unit_libfixture_a_SOURCES = tests/unit/fixture.c tests/unit/fixture.h tests/unit/promise.h tests/unit/flow/played.h tests/unit/message/texted.h
tests_unit_libfixture_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/unit $(CMOCKA_CFLAGS)
AM_CPPFLAGS += -I$(srcdir)/tests/unit

UNIT_TESTS = \
	tests/unit/base/str_test tests/unit/base/words_test tests/unit/base/zone_test \
	tests/unit/web/form_test tests/unit/web/url_test tests/unit/web/request_test \
	tests/unit/auth/signature_test tests/unit/auth/identity_test
UNIT_TESTS += \
	tests/unit/config/config_test tests/unit/config/value_test \
	tests/unit/cxml/cxml_test tests/unit/event/event_test tests/unit/store/store_test tests/unit/store/once_test tests/unit/store/secret_test
tests_unit_store_store_test_SOURCES = tests/unit/store/store_test.c tests/unit/store/engines.c tests/unit/store/engines.h
tests_unit_store_store_test_LDADD = $(LDADD) $(POSTGRESQL_LIBS)
UNIT_TESTS += tests/unit/store/faults_test
tests_unit_store_faults_test_SOURCES = tests/unit/store/faults_test.c tests/unit/store/engines.c tests/unit/store/engines.h
tests_unit_store_faults_test_LDADD = $(LDADD) $(POSTGRESQL_LIBS) $(JANSSON_LIBS)
tests_unit_store_once_test_SOURCES = tests/unit/store/once_test.c tests/unit/store/engines.c tests/unit/store/engines.h
tests_unit_store_once_test_LDADD = $(LDADD) $(POSTGRESQL_LIBS) $(JANSSON_LIBS)
tests_unit_store_secret_test_SOURCES = tests/unit/store/secret_test.c tests/unit/store/engines.c tests/unit/store/engines.h
tests_unit_store_secret_test_LDADD = $(LDADD) $(POSTGRESQL_LIBS)
tests_unit_cxml_cxml_test_LDADD = $(LDADD) $(JANSSON_LIBS)
UNIT_TESTS += tests/unit/flow/voice_test tests/unit/flow/language_test tests/unit/flow/dial_test tests/unit/flow/check_test tests/unit/flow/collect_test tests/unit/flow/queue_test tests/unit/flow/conference_test tests/unit/flow/directory_test tests/unit/flow/document_test tests/unit/flow/route_test tests/unit/flow/hours_test tests/unit/base/country_test tests/unit/message/sms_test tests/unit/message/pattern_test tests/unit/message/answer_test tests/unit/message/form_test tests/unit/message/forward_test tests/unit/message/keywords_test tests/unit/message/replies_test tests/unit/message/optouts_test tests/unit/fax/fax_test
UNIT_TESTS += tests/unit/base/utf8_test tests/unit/base/digest_test tests/unit/cxml/tree_test tests/unit/base/segments_test tests/unit/service/on_test tests/unit/service/trace_test
UNIT_TESTS += tests/unit/net/http_test tests/unit/work/spawn_test tests/unit/work/platform_lists_test
UNIT_TESTS += tests/unit/base/template_test
tests_unit_net_http_test_LDADD = $(LDADD) $(WORK_LIBS)
tests_unit_work_spawn_test_LDADD = $(LDADD) $(WORK_LIBS)
tests_unit_work_platform_lists_test_LDADD = $(LDADD) $(WORK_LIBS)
